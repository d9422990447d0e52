#include "/work/main/src/FaceDeid.Dlib/native/facedeid_dlib.h"
#include <chrono>
#include <cstdio>
#include <vector>
#include <fstream>
#include <string>
#include <sys/resource.h>
int main(int c,char**v){ facedeid_detector*d; facedeid_detector_create(&d); std::ifstream f(v[1],std::ios::binary); std::string m;int w,h,x; f>>m>>w>>h>>x; f.get(); std::vector<uint8_t> b((size_t)w*h); f.read((char*)b.data(),b.size());
 for(double t: {0.,-.25,-.5,-.75,-1.,-1.25,-1.5,-2.,-3.}){int n; auto t0=std::chrono::steady_clock::now(); int r=facedeid_detector_run(d,b.data(),w,h,w,0,t,&n); double ms=std::chrono::duration<double,std::milli>(std::chrono::steady_clock::now()-t0).count(); rusage u; getrusage(RUSAGE_SELF,&u); printf("thr %.2f rc %d faces %d %.0f ms maxrss %ld MB\n",t,r,n,ms,u.ru_maxrss/1024); fflush(stdout);} }
